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

// aliases are package api's names for the models.
type aliases struct {
	Types []namedType
	Enums []enum
}

// A namedType is a model. Its comment lists the fields, because Go's docs do not
// show those of an alias.
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

// notAliased are the models that package api does not export, or replaces.
var notAliased = []string{"ErrorResponse", "File", "RateLimited", "Refused", "Success"}

// stockOnly matches the names of models that only the stock client uses.
var stockOnly = regexp.MustCompile(`(Params|RequestBody)$`)

// aliases returns package api's names for the models.
func (m *models) aliases(doc *speccheck.Doc, ops []*operation) aliases {
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
	for _, name := range m.order {
		if schema := schemas[name]; schema != nil {
			m.addInner(schemas, m.types[name], schema)
			m.addUnion(schemas, name, schema)
		}
	}
	all := aliases{Enums: m.enums}
	for _, name := range m.order {
		if slices.Contains(notAliased, name) || stockOnly.MatchString(name) && schemas[name] == nil {
			continue
		}
		schema := cmp.Or(schemas[name], &openapi3.Schema{})
		all.Types = append(all.Types, namedType{name, schema, m.fields(name, schema)})
	}
	return all
}

// addInner adds the schemas of the types inside a type.
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

// addUnion adds the schemas of the types in a union, which oapi-codegen numbers.
func (m *models) addUnion(schemas map[string]*openapi3.Schema, name string, schema *openapi3.Schema) {
	for i, part := range slices.Concat(schema.AnyOf, schema.OneOf) {
		numbered := fmt.Sprintf("%s_%d", name, i)
		m.addInner(schemas, ast.NewIdent(numbered), part.Value)
		m.addInner(schemas, ast.NewIdent(goname.Of(numbered)), part.Value)
	}
}

// fields returns the fields of a type in the order of the source.
func (m *models) fields(name string, schema *openapi3.Schema) (all []namedField) {
	structure, ok := m.underlying(m.types[name]).(*ast.StructType)
	if !ok {
		return nil
	}
	_, isAlias := m.types[name].(*ast.Ident) // its required fields are listed at the other type
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
