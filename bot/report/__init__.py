"""`digitbot evaluate --report DIR`: a page with every mistake, in one folder that needs nothing else."""

from bot.report.report_page import ReportError, prepare, write

__all__ = ["ReportError", "prepare", "write"]
