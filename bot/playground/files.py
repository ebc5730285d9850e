"""Files as Telegram keeps them: an id to send them again, a path to download them, and photos in several sizes."""

from __future__ import annotations

import hashlib
import itertools
import mimetypes
import secrets
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePosixPath
from typing import ClassVar

from bot.playground.photo_sizes import EncodedPhoto, photo_sizes, sticker, thumbnail
from bot.playground.responses import Payload, filled

EXTRA_MIME_TYPES = {
    ".webp": "image/webp",
    ".heic": "image/heic",
    ".heif": "image/heif",
    ".tgs": "application/x-tgsticker",
}
"""Types that Python's own table lacks or has only from some version on."""


LIVE_PHOTO_SECONDS = 3


@dataclass(frozen=True)
class StoredFile:
    """One file: its bytes and everything Telegram says about it. ``width`` and ``height`` are 0 where unknown."""

    id: str
    path: str
    content: bytes
    name: str = ""
    mime: str = "application/octet-stream"
    width: int = 0
    height: int = 0

    @property
    def size(self) -> int:
        return len(self.content)

    @cached_property
    def unique_id(self) -> str:
        """The same for the same bytes, whoever sends them."""
        return hashlib.sha256(self.content).hexdigest()[:16]

    def payload(self) -> Payload:
        """The fields that every kind of file has."""
        known = filled(width=self.width or None, height=self.height or None)
        return {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": self.size, **known}


@dataclass(frozen=True)
class SentPhoto:
    """A photo in its sizes, smallest first; of a live photo also its ``video``."""

    kind: ClassVar[str] = "photo"
    sizes: tuple[StoredFile, ...]
    video: StoredFile | None = None

    @property
    def file(self) -> StoredFile:
        return self.sizes[-1]

    def payload(self) -> Payload:
        live = self.video and {**self.video.payload(), "duration": LIVE_PHOTO_SECONDS}
        return {"photo": [size.payload() for size in self.sizes], **filled(live_photo=live)}


@dataclass(frozen=True)
class DocumentFile:
    """Any file, as it came, with a thumbnail where it is a picture."""

    kind: ClassVar[str] = "document"
    file: StoredFile
    thumbnail: StoredFile | None = None

    def payload(self) -> Payload:
        document = self.file.payload() | {"file_name": self.file.name, "mime_type": self.file.mime}
        document |= filled(thumbnail=self.thumbnail and self.thumbnail.payload())
        return {"document": document}


@dataclass(frozen=True)
class StickerFile:
    """A sticker; animated and video ones are recognised by the type of their file."""

    kind: ClassVar[str] = "sticker"
    file: StoredFile

    def payload(self) -> Payload:
        mime = self.file.mime
        flags = {"is_animated": mime == EXTRA_MIME_TYPES[".tgs"], "is_video": mime == "video/webm"}
        return {"sticker": {**self.file.payload(), "type": "regular", "emoji": "✏️", **flags}}


Media = SentPhoto | DocumentFile | StickerFile
MEDIA_CLASSES: dict[str, type[Media]] = {cls.kind: cls for cls in (SentPhoto, DocumentFile, StickerFile)}


class FileStore:
    """Every file of the playground, in memory. The makers of media encode pictures: call them in a thread."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}
        self._media: dict[str, Media] = {}
        self._numbers = itertools.count()

    def photo(self, content: bytes) -> SentPhoto:
        """A photo from the bytes of any picture; raises NotAPhotoError."""
        photo = SentPhoto(tuple(self._picture("photos", size, "image/jpeg") for size in photo_sizes(content)))
        for size in photo.sizes:
            self._media[size.id] = photo
        return photo

    def live_photo(self, content: bytes) -> SentPhoto:
        """A live photo whose still is the given picture; its video is a stand-in. Raises NotAPhotoError."""
        still = self.photo(content)
        size = still.file.width, still.file.height
        return replace(still, video=self._store("videos", b"video", "live.mp4", "video/mp4", size))

    def document(self, content: bytes, name: str, mime: str = "") -> DocumentFile:
        """A document; its type is what the sender says, else what its name suggests."""
        file = self._store("documents", content, name or "file", mime or mime_of(name))
        small = thumbnail(content) if file.mime.startswith("image/") else None
        document = DocumentFile(file, self._picture("thumbnails", small, "image/jpeg") if small else None)
        self._media[file.id] = document
        return document

    def sticker(self, content: bytes, name: str) -> StickerFile:
        """A sticker: .tgs and .webm as they are, any other picture as WebP; raises NotAPhotoError."""
        mime = mime_of(name)
        if mime in {EXTRA_MIME_TYPES[".tgs"], "video/webm"}:
            file = self._store("stickers", content, name, mime, (512, 512))
        else:
            file = self._picture("stickers", sticker(content), "image/webp")
        self._media[file.id] = StickerFile(file)
        return StickerFile(file)

    def get(self, file_id: str) -> StoredFile | None:
        return self._by_id.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        return self._by_path.get(path)

    def media(self, file_id: str) -> Media | None:
        """What a file id stands for when it is sent again."""
        return self._media.get(file_id)

    def _picture(self, folder: str, picture: EncodedPhoto, mime: str) -> StoredFile:
        name = "picture" + (mimetypes.guess_extension(mime) or ".webp")
        return self._store(folder, picture.content, name, mime, (picture.width, picture.height))

    def _store(self, folder: str, content: bytes, name: str, mime: str, size: tuple[int, int] = (0, 0)) -> StoredFile:
        path = f"{folder}/file_{next(self._numbers)}{PurePosixPath(name).suffix}"
        file = StoredFile(secrets.token_urlsafe(30), path, content, name, mime, *size)
        self._by_id[file.id] = self._by_path[path] = file
        return file


def mime_of(name: str) -> str:
    """The type that a file's name suggests."""
    known = EXTRA_MIME_TYPES.get(PurePosixPath(name).suffix.lower())
    return known or mimetypes.guess_type(name)[0] or "application/octet-stream"
