"""The HTTP face of the index: what data-processing writes."""

from uuid import UUID

from oberaconnect.auth import Principal
from rag_engine.api import api
from rag_engine.descriptions import Description
from rag_engine.index import Chunk, Version
from rag_engine.models_index import (
    Described,
    DescribeRequest,
    DocumentChunks,
    DocumentVersion,
    Indexed,
    IndexRequest,
    Pruned,
    PruneRequest,
)
from rag_engine.parts import Parts
from rag_engine.removals import Removal


@api.post("/index", scope="index:write", tag="Index")
def index(parts: Parts, principal: Principal, body: IndexRequest) -> Indexed:
    """Make versions of documents searchable.

    Answers when they are. Older versions stay until they are pruned; a search shows the newest only. The same request
    again changes nothing.
    """
    versions = [_version(item.id, item) for item in body.documents]
    return Indexed(points=parts.index.put(principal.tenant, body.collection, versions, body.generation))


@api.post("/index/describe", scope="index:write", tag="Index")
def describe(parts: Parts, principal: Principal, body: DescribeRequest) -> Described:
    """Say anew what is true of versions of documents, who may read them above all, without embedding them anew.

    Also in a generation kept for a rollback. What is said of a version holds for a writing of it that is still on its
    way, and for every one that comes within a day. The same request again changes nothing.
    """
    described = [
        Description(str(item.id), item.version, item.url, item.metadata, item.access) for item in body.documents
    ]
    parts.index.describe(principal.tenant, body.collection, described)
    return Described(documents=len(described))


@api.post("/index/prune", scope="index:write", tag="Index")
def prune(parts: Parts, principal: Principal, body: PruneRequest) -> Pruned:
    """Remove versions of documents from a collection, for good.

    Also from a generation kept for a rollback, and a writing of them that is still on its way leaves them out: the
    number of a removed version is not to be given to another one.
    """
    removals = [Removal(str(item.id), item.first, item.before) for item in body.documents]
    parts.index.prune(principal.tenant, body.collection, removals)
    return Pruned(documents=len(removals))


@api.put("/documents/<uuid:document_id>/chunks", scope="index:write", tag="Index")
def put_chunks(parts: Parts, principal: Principal, document_id: UUID, body: DocumentChunks) -> Indexed:
    """Make a version of one document searchable, in place of all its older ones."""
    tenant, version = principal.tenant, _version(document_id, body)
    points = parts.index.put(tenant, body.collection, [version])
    parts.index.prune(tenant, body.collection, [Removal(version.document_id, before=version.number)])
    return Indexed(points=points)


@api.delete("/documents/<uuid:document_id>", scope="index:write", status=204, tag="Index")
def delete_document(parts: Parts, principal: Principal, document_id: UUID) -> None:
    """Remove a document from all collections. No error when it is in none."""
    parts.index.forget(principal.tenant, str(document_id))


def _version(document_id: UUID, given: DocumentVersion) -> Version:
    return Version(
        document_id=str(document_id),
        number=given.version,
        external_id=given.external_id,
        title=given.title,
        url=given.url,
        source=given.source,
        type=given.type,
        updated_at=given.updated_at,
        metadata=given.metadata,
        access=given.access,
        chunks=[
            Chunk(
                ordinal=item.ordinal,
                text=item.text,
                embed_text=item.embed_text,
                section=item.section,
                page_start=item.page_start,
                page_end=item.page_end,
                char_start=item.char_start,
                char_end=item.char_end,
                pages=item.pages,
            )
            for item in given.chunks
        ],
    )
