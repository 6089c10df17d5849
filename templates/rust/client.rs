/// A client of `{{ address }}`.
#[derive(Clone, Debug)]
{{ deprecated }}pub struct {{ name }} {
    caller: {{ codegen }}::Caller,
}

impl {{ name }} {
    /// A client that calls through a session, or through whatever stands in for one.
    pub fn new(caller: impl Into<{{ codegen }}::Caller>) -> Self {
        Self { caller: caller.into() }
    }

    /// The same client, whose calls go to one version of the service instead of the main one.
    #[must_use]
    pub fn version(&self, version: &str) -> Self {
        Self {
            caller: self.caller.version(version),
        }
    }
{%- if let Some(token) = token %}

    /// The same client, with a credential for the procedures that ask for one. The others do not get it.
    #[must_use]
    pub fn with_token(&self, token: {{ token }}) -> Self {
        Self {
            caller: self.caller.with_token(token),
        }
    }
{%- endif %}
{%- for procedure in procedures %}

{{ procedure.docs }}{{ procedure.deprecated }}{{ procedure.method }}
{%- endfor %}
}
