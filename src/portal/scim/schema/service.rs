//! The schemas of what describes the service itself (RFC 7643 §8.7.2).

use super::{Attribute, Schema, Type};

pub(in super::super) fn service_provider_config() -> Schema {
    let supported = || Attribute::boolean("supported", "Whether it is there").required();
    let feature =
        |name, description| Attribute::complex(name, description, vec![supported()]).required();
    let whole = |name, description| Attribute::new(name, Type::Integer, description).required();
    let bulk = vec![
        supported(),
        whole("maxOperations", "How many operations one request may hold"),
        whole("maxPayloadSize", "How long a request may be, in bytes"),
    ];
    let filter = vec![
        supported(),
        whole("maxResults", "How many resources one answer holds at most"),
    ];
    let links = |name, description| Attribute::reference(name, &["external"], description);
    let schemes = vec![
        Attribute::text("type", "How to sign in").required(),
        Attribute::text("name", "What people call it").required(),
        Attribute::text("description", "What it is").required(),
        links("specUri", "Where it is specified"),
        links("documentationUri", "Where it is explained"),
    ];
    let attributes = vec![
        links("documentationUri", "Where this service is explained"),
        feature("patch", "PATCH"),
        Attribute::complex("bulk", "Many operations in one request", bulk).required(),
        Attribute::complex("filter", "Filters", filter).required(),
        feature("changePassword", "Setting passwords"),
        feature("sort", "Sorting"),
        feature("etag", "Versions of resources"),
        Attribute::complex("authenticationSchemes", "Ways to sign in", schemes)
            .multi_valued()
            .required(),
    ];
    Schema {
        id: "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig",
        name: "Service Provider Configuration",
        description: "What this service can do",
        attributes: attributes.into_iter().map(Attribute::read_only).collect(),
    }
}

pub(in super::super) fn resource_type() -> Schema {
    let uri = |name, description| Attribute::reference(name, &["uri"], description).required();
    let extensions = vec![
        uri("schema", "The extension's id"),
        Attribute::boolean("required", "Whether a resource must have it").required(),
    ];
    let attributes = vec![
        Attribute::text("id", "The name again"),
        Attribute::text("name", "What the type is called").required(),
        Attribute::text("description", "What it is"),
        uri("endpoint", "Where its resources are"),
        uri("schema", "The id of its schema"),
        Attribute::complex("schemaExtensions", "Schemas that add to it", extensions).multi_valued(),
    ];
    Schema {
        id: "urn:ietf:params:scim:schemas:core:2.0:ResourceType",
        name: "ResourceType",
        description: "A kind of resource",
        attributes: attributes.into_iter().map(Attribute::read_only).collect(),
    }
}

pub(in super::super) fn schema() -> Schema {
    let mut parts = about_attributes();
    let inner = Attribute::complex(
        "subAttributes",
        "What a complex one consists of",
        parts.clone(),
    );
    parts.push(inner.multi_valued());
    let attributes = vec![
        Attribute::text("id", "The schema's URN").required(),
        Attribute::text("name", "What people call it"),
        Attribute::text("description", "What it is"),
        Attribute::complex("attributes", "What its resources have", parts)
            .multi_valued()
            .required(),
    ];
    Schema {
        id: "urn:ietf:params:scim:schemas:core:2.0:Schema",
        name: "Schema",
        description: "What resources look like",
        attributes: attributes.into_iter().map(Attribute::read_only).collect(),
    }
}

fn about_attributes() -> Vec<Attribute> {
    let types = [
        "string",
        "boolean",
        "decimal",
        "integer",
        "dateTime",
        "reference",
        "complex",
    ];
    let mutability = ["readOnly", "readWrite", "immutable", "writeOnly"];
    vec![
        Attribute::text("name", "The attribute's name").required(),
        Attribute::text("type", "What its values are")
            .required()
            .one_of(&types),
        Attribute::boolean("multiValued", "Whether there can be several values").required(),
        Attribute::text("description", "What it means"),
        Attribute::boolean("required", "Whether a resource must have it"),
        Attribute::text("canonicalValues", "Usual values").multi_valued(),
        Attribute::boolean("caseExact", "Whether case matters"),
        Attribute::text("mutability", "Who may write it").one_of(&mutability),
        Attribute::text("returned", "When it is answered")
            .one_of(&["always", "never", "default", "request"]),
        Attribute::text("uniqueness", "Where a value can be once")
            .one_of(&["none", "server", "global"]),
        Attribute::text("referenceTypes", "What it can refer to").multi_valued(),
    ]
}
