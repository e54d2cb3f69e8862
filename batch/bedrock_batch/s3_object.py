"""An object or a folder in S3, as a URI names it."""

from dataclasses import dataclass

_SCHEME = "s3://"


@dataclass(frozen=True)
class S3Object:
    """A bucket's name and a key; the key of a folder is empty or ends with a slash."""

    bucket: str
    key: str

    @classmethod
    def parse(cls, uri: str) -> "S3Object":
        """Read `s3://<bucket>/<key>`."""
        bucket, _, key = uri.removeprefix(_SCHEME).partition("/")
        return cls(bucket, key)

    @property
    def uri(self) -> str:
        """The URI as the API takes it."""
        return f"{_SCHEME}{self.bucket}/{self.key}"

    @property
    def folder(self) -> "S3Object":
        """The folder of an object. A folder is its own."""
        head, slash, _ = self.key.rpartition("/")
        return S3Object(self.bucket, head + slash)

    def below(self, name: str) -> "S3Object":
        """An object in this folder."""
        slash = "" if not self.key or self.key.endswith("/") else "/"
        return S3Object(self.bucket, f"{self.key}{slash}{name}")
