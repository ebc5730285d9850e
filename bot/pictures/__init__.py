"""The pictures the bot sends: colours of ``model.palette``, forms of ``mark_styles``, and no words."""

__all__ = [
    "annotated_photo",
    "cards",
    "digit_sheet",
    "ink_mask",
    "label_placement",
    "mark_styles",
    "review_sheet",
    "statistics_picture",
]
