"""Settings in a table of Amazon DynamoDB, by three calls of a boto3 client."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoRegionError

from skill.settings.model import Settings, StoreError, row_key

TIMEOUTS = Config(connect_timeout=1, read_timeout=1, retries={"max_attempts": 1, "mode": "standard"})
"""In seconds, with one retry: Alexa stops waiting after eight."""
WHOLE_NUMBER = re.compile(r"-?\d{1,38}")
"""A number of DynamoDB has 38 digits at most."""


class DynamoStore:
    """Settings in a DynamoDB table: its partition key is a string named `id`, the settings are a map named `settings`.

    Threads share one client: clients are thread-safe, resources of boto3 are not (boto3's guides on both say so).
    Credentials come from where the AWS SDK looks for them. Raises `StoreError` without a region.
    """

    def __init__(self, table: str, secret: str) -> None:
        self._table = table
        self._secret = secret
        region = os.environ.get("AWS_REGION") or None  # boto3 itself reads AWS_DEFAULT_REGION only
        try:
            self._client = boto3.client("dynamodb", region_name=region, config=TIMEOUTS)
        except NoRegionError:
            raise StoreError(
                "DynamoDB needs a region: set AWS_REGION or AWS_DEFAULT_REGION to the table's, such as eu-west-1"
            ) from None
        except (BotoCoreError, ValueError) as error:
            raise StoreError(f"the AWS SDK cannot be used as it is set up: {error}") from None

    def recall(self, user: str) -> Settings | None:
        """The listener's settings, or None when there are none; raises `StoreError`."""
        if not user:
            return None
        item = self._call(self._client.get_item, Key=self._key(user), ConsistentRead=True).get("Item")
        return Settings.read(plain_settings(item)) if item else None

    def keep(self, user: str, settings: Settings) -> None:
        """Store a listener's settings in place of earlier ones; raises `StoreError`."""
        if not user:
            raise StoreError("the request names no listener to keep settings for")
        values = {name: attribute_value(value) for name, value in asdict(settings).items()}
        self._call(self._client.put_item, Item={**self._key(user), "settings": {"M": values}})

    def forget(self, user: str) -> bool:
        """Delete a listener's settings; false when there were none; raises `StoreError`."""
        if not user:
            return False
        answer = self._call(self._client.delete_item, Key=self._key(user), ReturnValues="ALL_OLD")
        return bool(answer.get("Attributes"))

    def _key(self, user: str) -> dict[str, dict[str, str]]:
        return {"id": {"S": row_key(self._secret, user)}}

    def _call(self, operation: Callable[..., Any], **parameters: Any) -> dict[str, Any]:
        """An operation's answer; raises `StoreError` with DynamoDB's error code, or the kind of exception."""
        try:
            answer: dict[str, Any] = operation(TableName=self._table, **parameters)
            return answer
        except ClientError as error:
            reason = error.response.get("Error", {}).get("Code", "ClientError")
        except Exception as error:  # the SDK lets its parsers' and urllib3's through, some with the key in their text
            reason = type(error).__name__
        raise StoreError(f"the table of settings did not answer: {reason}")


def attribute_value(value: bool | int | str) -> dict[str, bool | str]:
    """A setting as DynamoDB's attribute value."""
    if isinstance(value, bool):
        return {"BOOL": value}
    return {"N": str(value)} if isinstance(value, int) else {"S": value}


def plain_settings(item: Mapping[str, Any]) -> object:
    """The map of settings in an item, with plain values; None when there is no such map."""
    match item.get("settings"):
        case {"M": {**values}}:
            return {name: plain_value(value) for name, value in values.items()}
    return None


def plain_value(value: object) -> bool | int | str | None:
    """An attribute value as it was before `attribute_value`; None when it is of a type that no setting has."""
    match value:
        case {"BOOL": bool(setting)} | {"S": str(setting)}:
            return setting
        case {"N": str(digits)} if WHOLE_NUMBER.fullmatch(digits):
            return int(digits)
    return None
