package main

import (
	"strings"
	"text/template"

	"github.com/oapi-codegen/oapi-codegen/v2/pkg/codegen"

	"github.com/seed-38c23bad/slackadmin/internal/words"
)

var functions = template.FuncMap{
	"allCodes":    allCodes,
	"anchor":      func(s string) string { return strings.ToLower(strings.ReplaceAll(s, ".", "")) },
	"callers":     words.Callers,
	"codeComment": codeComment,
	"codeMeaning": codeMeaning,
	"camelCase":   codegen.ToCamelCase,
	"cell":        cell,
	"comment":     codegen.StringToGoComment,
	"curl":        curl,
	"deprecated":  deprecated,
	"goCall":      goCall,
	"hasPages":    hasPages,
	"hasStream":   hasStream,
	"idempotent":  words.Idempotent,
	"limits":      limits,
	"lowerFirst":  codegen.LowercaseFirstCharacter,
	"objects":     objects,
	"oneLine":     func(s string) string { return strings.Join(strings.Fields(s), " ") },
	"properties":  properties,
	"rate":        words.Rate,
	"scopes":      scopes,
	"ownCodes":    ownCodes,
	"describe":    describe,
	"guessed":     guessed,
	"together":    together,
	"typeOf":      typeOf,
}
