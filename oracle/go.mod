module streamsql/oracle

go 1.26

replace streamsql => ../
