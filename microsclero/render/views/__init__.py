"""Terminal views, one module per group of verbs; each verb names its own."""
