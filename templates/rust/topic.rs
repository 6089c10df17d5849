{{ docs }}{{ deprecated }}#[must_use]
{{ signature }}
{{ body }}
}
