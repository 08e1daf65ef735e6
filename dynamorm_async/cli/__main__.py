"""`python -m dynamorm_async.cli`, and the program `dynamorm`."""

import sys


def main() -> None:
    """Run the command that the arguments name, and exit with its code."""
    try:
        # What it is made of comes with an extra.
        from .app import app
    except ModuleNotFoundError as error:
        if error.name not in ("typer", "rich"):
            raise
        sys.exit(
            f"dynamorm needs {error.name}, which is not installed: "
            "pip install 'dynamorm_async[cli]'"
        )
    app(prog_name="dynamorm")


if __name__ == "__main__":
    main()
