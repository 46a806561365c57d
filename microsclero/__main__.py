"""The way in for `python -m microsclero`."""

from microsclero.cli import main

if __name__ == "__main__":
    main()
