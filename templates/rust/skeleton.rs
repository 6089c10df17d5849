//! {{ summary }}: written once by almanet-gen, and yours from here on.

use {{ runtime }}::{Context, Failure};
{%- for import in imports %}
{{ import }}
{%- endfor %}

/// Answers the calls of `{{ address }}`.
#[derive(Debug, Default)]
pub struct {{ name }};

impl {{ trait_path }} for {{ name }} {
{%- for procedure in procedures %}
{% if !loop.first %}
{% endif %}{{ procedure }}
        Err(Failure::internal("not implemented yet"))
    }
{%- endfor %}
{%- if !procedures.is_empty() %}
{% endif %}}
