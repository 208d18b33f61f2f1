// Package wal keeps the logs that make a query restartable: who the query is (metadata), which process owns it (terms),
// what each epoch reads (offsets), what each epoch did (commits), and the text it ran (query). It decides recovery.
package wal
