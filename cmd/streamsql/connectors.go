package main

import "streamsql/internal/connector"

// connectors are what tables can be connected to; tables that print share the stdout of this call.
func connectors() connector.Set { return connector.All(tty.stdout()) }
