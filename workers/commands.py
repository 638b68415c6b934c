"""Several commands of `flask` in one process, which loads the application once:

python -m workers.commands "db upgrade" "workflow publish"
"""

import shlex
import sys

import click
from flask.cli import FlaskGroup, ScriptInfo

from config import Settings, SettingsError
from workers.process import loaded


def main(commands: list[str]) -> int:
    """Runs them in order; the exit status of the first that fails, else 0."""
    try:
        app = loaded(Settings.from_env())
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    group = FlaskGroup(create_app=lambda: app)
    for words in commands:
        try:
            info = ScriptInfo(create_app=lambda: app)
            status = group.main(shlex.split(words), "flask", standalone_mode=False, obj=info)
        except click.ClickException as error:
            error.show()
            return error.exit_code
        except SystemExit as ended:
            status = ended.code
        if isinstance(status, int) and status:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
