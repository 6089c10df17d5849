{{ docs }}#[derive(Clone, Debug, PartialEq)]
{{ deprecated }}pub struct {{ name }}({{ visibility }}{{ ty }});
