//! What the resources look like (RFC 7643 §7): the schemas that `/Schemas` answers.
//!
//! They say exactly what this directory keeps at that moment: its custom attributes are in two
//! extensions of the user. Those whose names the enterprise extension has (RFC 7643 §4.3) are
//! there, as texts, because every client knows them; all others are in [`TENURE`], with their type.

mod resources;
mod service;

use serde::Serialize;

pub(super) use self::resources::{group, user};
pub(super) use self::service::{resource_type, schema, service_provider_config};
use crate::{model::attribute::Attribute as Custom, store::Config};

pub(super) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub(super) const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
pub(super) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
pub(super) const TENURE: &str = "urn:ietf:params:scim:schemas:extension:tenure:2.0:User";

/// Every schema that a resource can have.
pub(super) const KNOWN: [&str; 4] = [USER, GROUP, ENTERPRISE, TENURE];

/// The texts of the enterprise extension, as RFC 7643 §4.3 writes them. Its `manager` is no text.
const ENTERPRISE_NAMES: [&str; 5] = [
    "employeeNumber",
    "costCenter",
    "organization",
    "division",
    "department",
];

/// One schema.
#[derive(Debug, Serialize)]
pub(super) struct Schema {
    pub(super) id: &'static str,
    name: &'static str,
    description: &'static str,
    attributes: Vec<Attribute>,
}

/// What a schema says about one attribute (RFC 7643 §7).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Attribute {
    name: String,
    r#type: Type,
    multi_valued: bool,
    description: String,
    required: bool,
    case_exact: bool,
    mutability: Mutability,
    returned: Returned,
    uniqueness: Uniqueness,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    canonical_values: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reference_types: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sub_attributes: Vec<Self>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
enum Type {
    String,
    Boolean,
    Decimal,
    Integer,
    Reference,
    Complex,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
enum Mutability {
    ReadOnly,
    ReadWrite,
    Immutable,
    WriteOnly,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
enum Returned {
    Default,
    Request,
    Never,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
enum Uniqueness {
    None,
    Server,
}

impl Schema {
    /// Whether a resource cannot do without it.
    pub(super) fn has_required(&self) -> bool {
        self.attributes.iter().any(|it| it.required)
    }
}

impl Attribute {
    fn new(name: &str, r#type: Type, description: &str) -> Self {
        Self {
            name: name.to_owned(),
            r#type,
            multi_valued: false,
            description: description.to_owned(),
            required: false,
            case_exact: false,
            mutability: Mutability::ReadWrite,
            returned: Returned::Default,
            uniqueness: Uniqueness::None,
            canonical_values: Vec::new(),
            reference_types: Vec::new(),
            sub_attributes: Vec::new(),
        }
    }

    fn text(name: &str, description: &str) -> Self {
        Self::new(name, Type::String, description)
    }

    fn boolean(name: &str, description: &str) -> Self {
        Self::new(name, Type::Boolean, description)
    }

    fn reference(name: &str, types: &[&'static str], description: &str) -> Self {
        Self {
            reference_types: types.to_vec(),
            case_exact: true,
            ..Self::new(name, Type::Reference, description)
        }
    }

    fn complex(name: &str, description: &str, parts: Vec<Self>) -> Self {
        Self {
            sub_attributes: parts,
            ..Self::new(name, Type::Complex, description)
        }
    }

    fn required(self) -> Self {
        Self {
            required: true,
            ..self
        }
    }

    fn multi_valued(self) -> Self {
        Self {
            multi_valued: true,
            ..self
        }
    }

    fn unique(self) -> Self {
        Self {
            uniqueness: Uniqueness::Server,
            ..self
        }
    }

    fn case_exact(self) -> Self {
        Self {
            case_exact: true,
            ..self
        }
    }

    fn immutable(self) -> Self {
        Self {
            mutability: Mutability::Immutable,
            ..self
        }
    }

    /// Together with its parts.
    fn read_only(mut self) -> Self {
        self.mutability = Mutability::ReadOnly;
        let parts = self.sub_attributes.into_iter();
        self.sub_attributes = parts.map(Self::read_only).collect();
        self
    }

    fn on_request(self) -> Self {
        Self {
            returned: Returned::Request,
            ..self
        }
    }

    fn one_of(self, values: &[&str]) -> Self {
        Self {
            canonical_values: values.iter().map(|it| (*it).to_owned()).collect(),
            ..self
        }
    }
}

/// Every schema of this directory as it is now.
pub(super) fn all(config: &Config) -> Vec<Schema> {
    let mut schemas = vec![user(), group()];
    schemas.extend(extensions(config));
    schemas.extend([service_provider_config(), resource_type(), schema()]);
    schemas
}

/// The extensions that have an attribute.
pub(super) fn extensions(config: &Config) -> Vec<Schema> {
    let (enterprise, own): (Vec<_>, Vec<_>) = config
        .attributes
        .iter()
        .partition(|it| enterprise_name(&it.spec.name).is_some());
    let mut schemas = Vec::new();
    if !enterprise.is_empty() {
        schemas.push(resources::enterprise(&enterprise));
    }
    if !own.is_empty() {
        schemas.push(resources::tenure(&own));
    }
    schemas
}

/// What the enterprise extension calls a custom attribute, if it has it.
pub(super) fn enterprise_name(name: &str) -> Option<&'static str> {
    let mut names = ENTERPRISE_NAMES.into_iter();
    names.find(|it| it.eq_ignore_ascii_case(name))
}

/// Where a custom attribute is found, and what it is called there.
pub(super) fn place(custom: &Custom) -> (&'static str, &str) {
    match enterprise_name(&custom.spec.name) {
        Some(name) => (ENTERPRISE, name),
        None => (TENURE, &custom.spec.name),
    }
}
