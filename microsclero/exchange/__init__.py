"""Other people's formats: value in, text out."""
