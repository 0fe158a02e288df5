package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"regexp"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/seed-38c23bad/slackadmin/internal/goname"
	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
)

// names are package api's names for the models.
type names struct {
	Types []namedType
	Enums []enum
}

// A namedType is a model with its fields, which Go does not show of an alias.
type namedType struct {
	Name   string
	Schema *openapi3.Schema
	Fields []namedField
}

type namedField struct {
	Name, Type string
	Required   bool
	Schema     *openapi3.Schema
}

// unnamed are the models that package api has no name for, or one of its own.
var unnamed = []string{"ErrorResponse", "File", "RateLimited", "Refused", "Success"}

// ofStock are the names of what the stock client alone takes.
var ofStock = regexp.MustCompile(`(Params|RequestBody)$`)

// named returns package api's names for the models.
func (m *models) named(doc *speccheck.Doc, ops []*operation) names {
	schemas := map[string]*openapi3.Schema{}
	for name, ref := range doc.Components.Schemas {
		schemas[goname.Of(name)] = ref.Value
	}
	for _, op := range ops {
		if len(op.Parameters) > 0 {
			request := *op.Arguments
			request.Description = "The request of " + op.OperationID + "."
			schemas[op.Request] = &request
		}
	}
	for _, name := range m.order { // while those inside them are added
		if schema := schemas[name]; schema != nil {
			m.addInner(schemas, m.types[name], schema)
			m.addUnion(schemas, name, schema)
		}
	}
	all := names{Enums: m.enums}
	for _, name := range m.order {
		if slices.Contains(unnamed, name) || ofStock.MatchString(name) && schemas[name] == nil {
			continue
		}
		schema := cmp.Or(schemas[name], &openapi3.Schema{})
		all.Types = append(all.Types, namedType{name, schema, m.fields(name, schema)})
	}
	return all
}

// addInner adds the schemas of the types that are parts of a type.
func (m *models) addInner(schemas map[string]*openapi3.Schema, typ ast.Expr, schema *openapi3.Schema) {
	switch typ := typ.(type) {
	case *ast.Ident:
		if m.types[typ.Name] != nil && schemas[typ.Name] == nil {
			schemas[typ.Name] = schema
			m.addInner(schemas, m.types[typ.Name], schema)
			m.addUnion(schemas, typ.Name, schema)
		}
	case *ast.StarExpr:
		m.addInner(schemas, typ.X, schema)
	case *ast.ArrayType:
		if schema.Items != nil {
			m.addInner(schemas, typ.Elt, schema.Items.Value)
		}
	case *ast.MapType:
		if values := schema.AdditionalProperties.Schema; values != nil {
			m.addInner(schemas, typ.Value, values.Value)
		}
	case *ast.StructType:
		for _, p := range properties(schema) {
			if field := m.field(typ, p.Name); field != nil {
				m.addInner(schemas, field.Type, p.Value)
			}
		}
	}
}

// addUnion adds the schemas of the types of a union, which oapi-codegen counts.
func (m *models) addUnion(schemas map[string]*openapi3.Schema, name string, schema *openapi3.Schema) {
	for i, part := range slices.Concat(schema.AnyOf, schema.OneOf) {
		counted := fmt.Sprintf("%s_%d", name, i)
		m.addInner(schemas, ast.NewIdent(counted), part.Value)
		m.addInner(schemas, ast.NewIdent(goname.Of(counted)), part.Value)
	}
}

// fields returns the fields of a type, in Go's order.
func (m *models) fields(name string, schema *openapi3.Schema) (all []namedField) {
	structure, ok := m.underlying(m.types[name]).(*ast.StructType)
	if !ok {
		return nil
	}
	_, isAlias := m.types[name].(*ast.Ident) // what it requires is the other's to say
	byField := map[*ast.Field]property{}
	for _, p := range properties(schema) {
		byField[m.field(structure, p.Name)] = p
	}
	for _, field := range structure.Fields.List {
		if p, ok := byField[field]; ok {
			all = append(all, namedField{field.Names[0].Name, goType(field.Type), p.Required && !isAlias, p.Value})
		}
	}
	return all
}
