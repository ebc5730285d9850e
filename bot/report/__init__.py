"""`digitbot evaluate --report DIR`: an HTML page with every mistake, in one folder that needs nothing else."""

from bot.report.digit_report import DigitSection, build_digit_section
from bot.report.photo_report import PhotoSection, build_photo_section
from bot.report.report_page import ReportError, prepare, write

__all__ = [
    "DigitSection",
    "PhotoSection",
    "ReportError",
    "build_digit_section",
    "build_photo_section",
    "prepare",
    "write",
]
