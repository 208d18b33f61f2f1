package option

// The options of a scanned table that planner and engine both read. The connectors' own are declared beside them.
const (
	// KeyIdleTimeout is that of one table, beside the setting for all.
	KeyIdleTimeout = "scan.watermark.idle-timeout"

	// KeyEmit is when the watermark of a row makes other rows late.
	KeyEmit  = "scan.watermark.emit.strategy"
	OnEvent  = "on-event"    // at once: a row is late by the rows of its partition before it, wherever epochs are cut
	Periodic = "on-periodic" // at the end of the epoch: rows of one epoch do not make each other late
)
