package ast

// Statement is one statement of a file. Sealed.
type Statement interface {
	Node
	// statement closes the set of implementations to this package.
	statement()
}

// SetOption is SET 'key' = 'value'. Without key and value it is the bare SET, which lists.
type SetOption struct {
	At
	Key, Value *String
}

// ResetOption is RESET or RESET 'key'.
type ResetOption struct {
	At
	Key *String // nil: all
}

// CreateTable is CREATE [TEMPORARY] TABLE.
type CreateTable struct {
	At
	Temporary     bool
	IfNotExists   bool
	Name          *Name
	Columns       []ColumnDef
	PrimaryKey    *PrimaryKey // of the table or of one column; nil: none
	Watermark     *Watermark  // nil: none
	Comment       *String
	PartitionedBy []Ident
	Options       []Option
	Like          *Like // nil: none. Only its place and source are kept
}

// ColumnDef is one column, in one of three forms: Type alone (physical), Computed, or Metadata with Type.
type ColumnDef struct {
	At
	Name     Ident
	Type     *TypeName // nil for a computed column
	Computed Expr      // c AS expr
	Metadata *Metadata // c type METADATA [FROM 'key'] [VIRTUAL]
	Comment  *String
}

// Metadata is the METADATA clause of a column.
type Metadata struct {
	At
	From    *String // nil: the column's name
	Virtual bool
}

// PrimaryKey is [CONSTRAINT name] PRIMARY KEY (a, b) NOT ENFORCED.
type PrimaryKey struct {
	At
	Constraint *Ident
	Columns    []Ident
	Enforced   bool // NOT ENFORCED was left out or ENFORCED was said: the binder refuses
}

// Watermark is WATERMARK FOR column AS expr.
type Watermark struct {
	At
	Column *Name
	Expr   Expr
}

// Option is 'key' = 'value' in WITH and in hints.
type Option struct{ Key, Value String }

// Like is LIKE source (…) at the end of CREATE TABLE; the binder refuses it.
type Like struct {
	At
	Source *Name
}

// CreateView is CREATE [TEMPORARY] VIEW.
type CreateView struct {
	At
	Temporary   bool
	IfNotExists bool
	Name        *Name
	Columns     []Ident
	Comment     *String
	Query       *Query
}

// Drop is DROP [TEMPORARY] TABLE or VIEW.
type Drop struct {
	At
	View      bool
	Temporary bool
	IfExists  bool
	Name      *Name
}

// Insert is INSERT INTO table [(columns)] query.
type Insert struct {
	At
	Table     *Name
	Hints     []Hint
	Columns   []Ident
	Overwrite bool // INSERT OVERWRITE: the binder refuses
	Query     *Query
}

// StatementSet is EXECUTE STATEMENT SET BEGIN … END.
type StatementSet struct {
	At
	Inserts []*Insert
}

// Explain is EXPLAIN [details] statement.
type Explain struct {
	At
	Details   []Ident // CHANGELOG_MODE, ESTIMATED_COST, PLAN_ADVICE …
	Statement Statement
}

// QueryStatement is a bare query: its rows are printed.
type QueryStatement struct {
	At
	Query *Query
}

func (*SetOption) statement()      {}
func (*ResetOption) statement()    {}
func (*CreateTable) statement()    {}
func (*CreateView) statement()     {}
func (*Drop) statement()           {}
func (*Insert) statement()         {}
func (*StatementSet) statement()   {}
func (*Explain) statement()        {}
func (*QueryStatement) statement() {}
