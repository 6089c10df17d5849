/// A call of `{{ procedure }}` on its way: parameters that may be left out are set here, then it is awaited.
#[derive(Clone, Debug)]
#[must_use = "a call is made by awaiting it"]
pub struct {{ name }} {
    caller: {{ codegen }}::Caller,
    payload: {{ payload }},
}

impl {{ name }} {
{%- for setter in setters %}
{% if !loop.first %}
{% endif %}{{ setter.docs }}{{ setter.deprecated }}{{ setter.signature }}
        self.payload.{{ setter.field }} = {{ setter.value }};
        self
    }
{%- endfor %}

    /// Adds a header that travels beside the payload.
{{ header }}
        {{ call_name }}::from(self).header(name, value)
    }
{%- match reply %}
{%- when Reply::Oneway %}

    /// How long after its delay it is still to be executed.
    pub fn timeout(self, timeout: {{ duration }}) -> {{ call }} {
        {{ call_name }}::from(self).timeout(timeout)
    }

    /// Hands it to the service no sooner than this.
    pub fn delay(self, delay: {{ duration }}) -> {{ call }} {
        {{ call_name }}::from(self).delay(delay)
    }
{%- when Reply::Stream(..) %}

    /// How long the stream may take to begin, instead of what the contract says.
    pub fn timeout(self, timeout: {{ duration }}) -> {{ call }} {
        {{ call_name }}::from(self).timeout(timeout)
    }
{%- when _ %}

    /// How long it may take, instead of what the contract says.
    pub fn timeout(self, timeout: {{ duration }}) -> {{ call }} {
        {{ call_name }}::from(self).timeout(timeout)
    }

    /// Asks every channel of the service, and gathers what comes in this time.
    pub fn gather(self, window: {{ duration }}) -> {{ gather }} {
        {{ call_name }}::from(self).gather(window)
    }

    /// Hands it to the service no sooner than this, and waits for no reply.
    pub fn delay(self, delay: {{ duration }}) -> {{ oneway }} {
        {{ call_name }}::from(self).delay(delay)
    }
{%- endmatch %}
}

impl From<{{ name }}> for {{ call }} {
    fn from(call: {{ name }}) -> Self {
{{ body }}
    }
}

impl IntoFuture for {{ name }} {
    type Output = <{{ call }} as IntoFuture>::Output;
    type IntoFuture = <{{ call }} as IntoFuture>::IntoFuture;

    fn into_future(self) -> Self::IntoFuture {
        {{ call_name }}::from(self).into_future()
    }
}
