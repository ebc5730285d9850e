"""Files of pictures: what is known of them before they are decoded, and decoding in a thread or in a process.

``model.image_decoding`` chooses between both.
"""

__all__ = ["container", "decoding_process", "pillow_decoding", "pixel_conversion"]
