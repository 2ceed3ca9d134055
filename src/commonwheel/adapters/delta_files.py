"""Where a lake's bytes lie: a folder, written durably, or an S3 bucket, old versions of its keys included."""

import contextlib
import errno
import json
import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from commonwheel.errors import Misconfigured, StorageFailed

LOG = "_delta_log"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_CLOSED = {errno.EROFS, errno.EACCES, errno.EPERM}
_CLOSED_CODES = {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "403"}
_NO_VERSIONS = {"NotImplemented", "MethodNotAllowed"}


class Files(Protocol):
    """The files of one lake. Names are relative to it; every method raises `StorageFailed` when it cannot."""

    def read(self, name: str) -> bytes:
        """The bytes of a file. Raises FileNotFoundError where there is none."""
        ...

    def write(self, name: str, data: bytes, modified: int | None = None) -> None:
        """Create or replace a file, durably, dated `modified` (milliseconds since 1970) where that can be set."""
        ...

    def names(self, folder: str = "") -> set[str]:
        """The names of the files directly in a folder of the lake."""
        ...

    def remove(self, names: Collection[str]) -> None:
        """Remove files. Names that are not there are fine."""
        ...

    def sweep(self, folder: str, keep: Collection[str]) -> None:
        """Destroy all files directly in a folder but these, and older versions of any."""
        ...

    def sync(self) -> None:
        """Make durable what the library wrote to the log, and the entries of the folders."""
        ...

    def heal(self) -> None:
        """Drop from the end of the log what a power cut left half written: nobody was told it is there."""
        ...


@contextlib.contextmanager
def storage_faults(where: str) -> Iterator[None]:
    """Raise what goes wrong inside as `StorageFailed`, saying which lake it is and what to do, and no content."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StorageFailed(f"The lake at {where} {_advice(error)}", storage=where) from error


def _advice(error: OSError) -> str:
    if error.errno in _FULL or "No space left" in str(error) or "File too large" in str(error):
        return "is full. Make room there, then try again."
    if error.errno in _CLOSED or "Permission denied" in str(error) or "Read-only" in str(error):
        return "does not take writes. Give this process the right to write there, then try again."
    name = errno.errorcode.get(error.errno or 0, type(error).__name__)
    return f"cannot be read or written ({name}). Check that it is mounted and reachable, then try again."


class FolderFiles:
    """Files in a folder of this machine."""

    def __init__(self, root: Path) -> None:
        """`root` is made by the first write."""
        self._root = root
        # Entries of the log are written once, so fsyncing each once is enough; the hint is written anew.
        self._synced: set[str] = set()

    def read(self, name: str) -> bytes:
        """The bytes of a file. Raises FileNotFoundError where there is none."""
        with storage_faults(str(self._root)):
            return (self._root / name).read_bytes()

    def write(self, name: str, data: bytes, modified: int | None = None) -> None:
        """Create or replace a file; its bytes are on the disk when this returns, its name after `sync`."""
        path = self._root / name
        with storage_faults(str(self._root)):
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if modified is not None:
                os.utime(path, ns=(modified * 1_000_000,) * 2)

    def names(self, folder: str = "") -> set[str]:
        """The names of the files directly in a folder of the lake; none where there is no folder."""
        try:
            with storage_faults(str(self._root)), os.scandir(self._root / folder) as entries:
                return {entry.name for entry in entries if entry.is_file(follow_symlinks=False)}
        except FileNotFoundError:
            return set()

    def remove(self, names: Collection[str]) -> None:
        """Remove files. Names that are not there are fine."""
        with storage_faults(str(self._root)):
            for name in names:
                (self._root / name).unlink(missing_ok=True)
        self._synced.difference_update(names)

    def sweep(self, folder: str, keep: Collection[str]) -> None:
        """Destroy all files directly in a folder but these."""
        self.remove([os.path.join(folder, name) for name in sorted(self.names(folder) - set(keep))])

    def sync(self) -> None:
        """Fsync what is new in the log, which the library does not, and the folders."""
        new = {f"{LOG}/{name}" for name in self.names(LOG)} - self._synced
        above = () if self._synced else ("..",)
        with storage_faults(str(self._root)):
            for name in (*sorted(new), LOG, "", *above):
                with contextlib.suppress(FileNotFoundError):
                    _fsync(self._root / name)
        self._synced |= new - {f"{LOG}/_last_checkpoint"}

    def heal(self) -> None:
        """Drop a torn last commit or checkpoint. Whole ones that were acknowledged are synced, so never torn."""
        names = sorted(self.names(LOG))
        torn: list[str] = []
        for commit in [name for name in names if name.endswith(".json")][-1:]:
            if not _is_whole_commit(self.read(f"{LOG}/{commit}")):
                torn.append(commit)
        for checkpoint in [name for name in names if name.endswith(".checkpoint.parquet")][-1:]:
            data = self.read(f"{LOG}/{checkpoint}")
            if len(data) < 12 or data[:4] != b"PAR1" or data[-4:] != b"PAR1":
                torn.append(checkpoint)
        if "_last_checkpoint" in names and (torn or not _is_whole_commit(self.read(f"{LOG}/_last_checkpoint"))):
            torn.append("_last_checkpoint")
        self.remove([f"{LOG}/{name}" for name in torn])


def _fsync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _is_whole_commit(data: bytes) -> bool:
    try:
        actions = [json.loads(line) for line in data.splitlines() if line.strip()]
    except ValueError:
        return False
    return bool(actions)


class S3Files:
    """Files under a prefix of an S3 bucket. Erasing destroys every version a versioned bucket has kept."""

    def __init__(self, url: str, options: Mapping[str, str] | None = None) -> None:
        """`url` is `s3://bucket/prefix`; what the options do not say, boto3 finds where it always does."""
        try:
            import boto3
        except ImportError as error:
            raise Misconfigured("A lake on S3 needs boto3: install 'commonwheel[s3]'.") from error
        bucket, _, prefix = url.removeprefix("s3://").strip("/").partition("/")
        given = {key.lower(): value for key, value in (options or {}).items()}
        self._url = url
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=given.get("aws_endpoint_url"),
            aws_access_key_id=given.get("aws_access_key_id"),
            aws_secret_access_key=given.get("aws_secret_access_key"),
            aws_session_token=given.get("aws_session_token"),
            region_name=given.get("aws_region"),
        )

    @contextlib.contextmanager
    def _faults(self) -> Iterator[None]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            yield
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code in ("NoSuchKey", "404"):
                raise FileNotFoundError(errno.ENOENT, "no such object") from error
            if code == "NoSuchBucket":
                advice = f"has no bucket. Create the bucket '{self._bucket}', or correct the setting."
            elif code in _CLOSED_CODES:
                advice = f"refuses us ({code}). Allow it to list, read, write and delete there, versions too."
            else:
                advice = f"answered {code}. Try again later, or ask who runs it."
            raise StorageFailed(f"The lake at {self._url} {advice}", storage=self._url) from error
        except BotoCoreError as error:
            advice = f"cannot be reached ({type(error).__name__}). Check its address and credentials."
            raise StorageFailed(f"The lake at {self._url} {advice}", storage=self._url) from error

    def read(self, name: str) -> bytes:
        """The bytes of an object. Raises FileNotFoundError where there is none."""
        with self._faults():
            answer = self._client.get_object(Bucket=self._bucket, Key=self._prefix + name)
            data: bytes = answer["Body"].read()
            return data

    def write(self, name: str, data: bytes, modified: int | None = None) -> None:
        """Put an object, in one request: an interrupted upload leaves nothing. S3 dates it itself."""
        with self._faults():
            self._client.put_object(Bucket=self._bucket, Key=self._prefix + name, Body=data)

    def names(self, folder: str = "") -> set[str]:
        """The names of the objects directly under a folder of the lake."""
        prefix = self._prefix + (f"{folder}/" if folder else "")
        with self._faults():
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=prefix, Delimiter="/"
            )
            return {item["Key"].removeprefix(prefix) for page in pages for item in page.get("Contents", ())}

    def remove(self, names: Collection[str]) -> None:
        """Remove objects. In a versioned bucket older versions stay until the next `sweep`."""
        with self._faults():
            for name in names:
                self._client.delete_object(Bucket=self._bucket, Key=self._prefix + name)

    def sweep(self, folder: str, keep: Collection[str]) -> None:
        """Destroy all objects directly under a folder but these, and all older versions."""
        prefix = self._prefix + (f"{folder}/" if folder else "")
        with self._faults():
            for key, version, latest in self._versions(prefix):
                if latest and key.removeprefix(prefix) in keep:
                    continue
                extra = {} if version is None else {"VersionId": version}
                self._client.delete_object(Bucket=self._bucket, Key=key, **extra)

    def _versions(self, prefix: str) -> list[tuple[str, str | None, bool]]:
        from botocore.exceptions import ClientError

        pages = self._client.get_paginator("list_object_versions").paginate(
            Bucket=self._bucket, Prefix=prefix, Delimiter="/"
        )
        try:
            return [
                (item["Key"], item["VersionId"], item["IsLatest"] and "Size" in item)
                for page in pages
                for item in (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
            ]
        except ClientError as error:
            # A server that does not know of versions has none; any other refusal is one.
            if error.response.get("Error", {}).get("Code") not in _NO_VERSIONS:
                raise
            folder = prefix.removeprefix(self._prefix).rstrip("/")
            return [(prefix + name, None, True) for name in self.names(folder)]

    def sync(self) -> None:
        """Nothing to do: S3 answers when an object is durable."""

    def heal(self) -> None:
        """Nothing to mend, an object is whole or absent; but says what is wrong, which the library does not."""
        self.names(LOG)
