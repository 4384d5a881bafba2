"""The portal with uploads parsed and thrown away: the floor under `upload`. Run by granian."""

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler

from madoguchi.config.wsgi import application

__all__ = ["application"]


class ThrownAway(FileUploadHandler):
    """Takes the same pieces as the product's handler and keeps none of them."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Forget the piece."""

    def file_complete(self, file_size: int) -> None:
        """There is no file."""


settings.FILE_UPLOAD_HANDLERS = [f"{__name__}.ThrownAway"]
