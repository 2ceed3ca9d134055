"""`python -m commonwheel.cli` is the command `commonwheel`."""

from commonwheel.cli.main import main

if __name__ == "__main__":
    main()
