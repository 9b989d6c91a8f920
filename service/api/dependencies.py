"""What routes ask for."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends, Request

from service.access.viewer import Viewer
from service.api.security import Keys
from service.hub import Hub


def _hub(request: Request) -> Hub:
    # Routes never get the hub itself, only what the one who asks may see of it.
    return cast(Hub, request.app.state.hub).seen_by(cast(Viewer, request.state.viewer))


def _keys(request: Request) -> Keys:
    return cast(Keys, request.app.state.keys)


HubOf = Annotated[Hub, Depends(_hub)]
KeysOf = Annotated[Keys, Depends(_keys)]
