"""The verifier that every export carries. Nothing here imports it: it stands for itself, and is only
copied."""

from pathlib import Path

SOURCE = Path(__file__).with_name("verify.py")
