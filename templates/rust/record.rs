{{ docs }}#[derive(Clone, Debug, PartialEq)]
{{ deprecated }}pub struct {{ name }} {
{%- for field in fields %}
{{ field.docs }}{{ field.deprecated }}    pub {{ field.name }}: {{ field.ty }},
{%- endfor %}
{%- if !fields.is_empty() %}
{% endif %}}
