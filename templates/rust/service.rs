{{ docs }}{{ deprecated }}pub trait {{ trait_name }}: Send + Sync + 'static {
{%- for procedure in procedures %}
{% if !loop.first %}
{% endif %}{{ procedure.handler_docs }}{{ procedure.deprecated }}{{ procedure.handler }}
{%- endfor %}
{%- if !procedures.is_empty() %}
{% endif %}}

/// The service `{{ address }}`, whose calls `implementation` answers.
pub fn service(implementation: impl {{ trait_name }}) -> {{ service }} {
    {{ codegen }}::ServiceBuilder::new(&SERVICE, implementation)
{%- if procedures.is_empty() %}.build()
{%- else %}
{%- for procedure in procedures %}
{{ procedure.registration }}
{%- endfor %}
        .build()
{%- endif %}
}
