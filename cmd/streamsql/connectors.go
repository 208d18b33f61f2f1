package main

import (
	"streamsql/internal/connector"
	"streamsql/internal/connector/builtin"
)

// connectors are what tables can be connected to; tables that print share the stdout of this call.
func connectors() connector.Set { return builtin.Connectors(tty.stdout()) }
