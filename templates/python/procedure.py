{{ decorator }}{{ deprecated }}{{ head }}{{ docs }}    raise NotImplementedError
