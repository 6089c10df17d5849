import almanet

__all__ = [
    "access_denied",
    "greet",
]

service = almanet.new_remote_service(__name__)


class access_denied(almanet.remote_exception):
    """Raised for names that are not welcome."""

    payload: str


@service.public_procedure(exceptions={access_denied})
async def greet(payload: str) -> str:
    """
    Greets one person by name.

    Raises:
        - access_denied if `payload` is `"guest"`
    """
    ...
