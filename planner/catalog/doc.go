// Package catalog is what a query file has declared: tables with their columns, options and watermark, and views. It
// also knows what connectors exist, from declarations that cmd hands over, without importing any of them.
//
//	CREATE TABLE ──bind──▶ Table ──Check──▶ option values for reading, for writing
//	CREATE VIEW  ──bind──▶ View (kept as syntax, bound again at every use)
//
// Names are case-sensitive and share one space. A declaration that was refused stays known as broken, so that its uses
// raise no second fault.
package catalog
