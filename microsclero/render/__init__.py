"""What the reader sees: terminal views, the JSON envelope, paper."""
