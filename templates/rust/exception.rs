impl {{ fmt }}::Display for {{ name }} {
    fn fmt(&self, f: &mut {{ fmt }}::Formatter<'_>) -> {{ fmt }}::Result {
        {{ codegen }}::write_exception(f, {{ wire }}, self)
    }
}

impl ::core::error::Error for {{ name }} {}
