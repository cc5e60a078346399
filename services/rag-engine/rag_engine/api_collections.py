"""The HTTP face of collections and their generations."""

from oberaconnect.auth import Principal
from oberaconnect.endpoint import Reply
from oberaconnect.problems import Forbidden
from rag_engine.api import api
from rag_engine.collections import Summary
from rag_engine.models_index import (
    Activation,
    BegunGeneration,
    CollectionList,
    CollectionQuery,
    CollectionRequest,
    CollectionView,
    GenerationRequest,
    GenerationView,
    HoldingView,
)
from rag_engine.parts import Parts


@api.get("/collections", scope="rag:read", tag="Collections")
def list_collections(parts: Parts, principal: Principal, query: CollectionQuery) -> CollectionList:
    """List the collections that hold something of the caller's clients, and the default one."""
    caller = _caller(principal, query.client)
    names = parts.collections.names(caller.tenants)
    return CollectionList(items=[_view(parts.collections.summary(caller, name)) for name in names])


@api.post("/collections", scope="rag:write", status=201, returns=CollectionView, tag="Collections")
def create_collection(parts: Parts, principal: Principal, body: CollectionRequest) -> Reply:
    """Make an empty collection. Ingesting into a new name makes it too."""
    caller = principal.for_client(body.client)
    parts.collections.create(caller.tenant, body.name)
    view = _view(parts.collections.summary(caller, body.name))
    return Reply(view, headers={"Location": f"/api/rag/collections/{body.name}"})


@api.get("/collections/<name>", scope="rag:read", tag="Collections")
def get_collection(parts: Parts, principal: Principal, name: str, query: CollectionQuery) -> CollectionView:
    """A collection: points, embedder, size, generations."""
    return _view(parts.collections.summary(_caller(principal, query.client), name))


@api.delete("/collections/<name>", scope="rag:write", status=204, tag="Collections")
def delete_collection(parts: Parts, principal: Principal, name: str, query: CollectionQuery) -> None:
    """Remove what a client has in a collection from the index. Its documents stay in data-processing."""
    parts.collections.delete(principal.for_client(query.client).tenant, name)


@api.get("/collections/<name>/holding", scope="index:write", tag="Collections")
def get_holding(parts: Parts, principal: Principal, name: str) -> HoldingView:
    """Since when the caller's client holds a collection: what was indexed before was deleted with it."""
    return HoldingView(since=parts.collections.held_since(principal.tenant, name))


@api.post("/collections/<name>/rollback", scope="rag:write", tag="Collections")
def roll_back(parts: Parts, principal: Principal, name: str) -> CollectionView:
    """Search the generation before the active one again, as it was then. A second time undoes the first."""
    if principal.clients is not None:
        raise Forbidden("All clients share the generations of a collection: this needs a key that is for every client.")
    return _view(parts.collections.rollback(principal, name))


@api.post("/collections/<name>/generations", scope="index:write", status=201, tag="Generations")
def begin_generation(parts: Parts, principal: Principal, name: str, body: GenerationRequest) -> BegunGeneration:
    """Begin an empty generation beside the active one, for embedding anew. New documents go into both.

    The same key again gives the same generation.
    """
    return BegunGeneration(generation=parts.collections.begin(principal, name, body.key).number)


@api.post("/collections/<name>/generations/<int:number>/activate", scope="index:write", tag="Generations")
def activate_generation(parts: Parts, principal: Principal, name: str, number: int, body: Activation) -> CollectionView:
    """Search this generation from now on, if it holds what it should. The one before is kept for a rollback."""
    return _view(parts.collections.activate(principal, name, number, body.points))


@api.delete("/collections/<name>/generations/<int:number>", scope="index:write", status=204, tag="Generations")
def discard_generation(parts: Parts, principal: Principal, name: str, number: int) -> None:
    """Drop a generation that is not searched."""
    parts.collections.discard(principal, name, number)


def _caller(principal: Principal, client: str | None) -> Principal:
    """For reading: without a client, all that the credential may act for."""
    return principal if client is None else principal.for_client(client)


def _view(found: Summary) -> CollectionView:
    active, previous = found.generation, found.previous
    return CollectionView(
        name=found.name,
        points=found.points,
        generation=active.number if active else None,
        embedder=active.fingerprint if active else None,
        dimensions=active.dimension if active else None,
        size_bytes=found.size_bytes,
        previous=GenerationView(
            generation=previous.number, embedder=previous.fingerprint, dimensions=previous.dimension
        )
        if previous
        else None,
        created_at=found.created_at,
    )
