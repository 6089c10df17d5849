//! The service `{{ address }}`: a start, written once by almanet-gen, and yours from here on.
//!
//! It becomes part of a program where it is declared, beside the module of the contract:
//!
//! ```text
//! mod contract;
//! #[path = "contract/{{ path }}"]
//! mod {{ module }};
//! ```
{%- if is_deprecated %}

#![allow(deprecated, reason = "the contract still has what it calls deprecated")]
{%- endif %}
{% for line in uses %}
{{ line }}
{%- endfor %}

/// Answers the calls of `{{ address }}`.
#[derive(Debug, Default)]
pub struct {{ name }};

impl {{ trait_name }} for {{ name }} {
{%- for handler in handlers %}
{% if !loop.first %}
{% endif %}{{ handler }}
{%- endfor %}
{%- if !handlers.is_empty() %}
{% endif %}}
