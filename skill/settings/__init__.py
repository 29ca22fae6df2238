"""The few settings that a listener asked to have kept: `open_store` opens the store that the operator set up."""

import os
from pathlib import Path

from skill.settings.model import NoStore, SettingsStore, StoreError
from skill.settings.sqlite import SqliteStore

DEFAULT_FILE = "soft-landing.db"


def open_store(address: str | None = None, secret: str | None = None) -> SettingsStore:
    """The store at an address: a SQLite file's path, or `dynamodb://TABLE`.

    Both default to the environment (`SOFT_LANDING_STORE`, `SOFT_LANDING_SECRET`). Without a secret nothing can be
    stored. Raises `StoreError` for an address that is neither, and where DynamoDB cannot be used as it is set up.
    """
    address = os.environ.get("SOFT_LANDING_STORE", "") if address is None else address
    secret = os.environ.get("SOFT_LANDING_SECRET", "") if secret is None else secret
    if not secret:
        return NoStore()
    scheme, separator, rest = address.rpartition("://")
    if not separator or scheme == "sqlite":
        return SqliteStore(Path(rest or DEFAULT_FILE), secret)
    if scheme != "dynamodb" or not rest:
        raise StoreError("SOFT_LANDING_STORE is neither a file nor dynamodb://TABLE")
    try:
        from skill.settings.dynamodb import DynamoStore  # late: boto3 is an extra, and takes a while to load
    except ImportError as error:
        raise StoreError("DynamoDB needs the extra: pip install 'soft-landing[dynamodb]'") from error
    return DynamoStore(rest, secret)
