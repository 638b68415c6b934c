"""What goes onto paper or into a file: PDF, DOCX, XLSX (domain, section 7)."""

from workflows.prints.as_pdf import pdf, png
from workflows.prints.envelope import KINDS

__all__ = ["KINDS", "pdf", "png"]
