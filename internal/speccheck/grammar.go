package speccheck

import (
	"strings"
	"sync"
)

// kinds are what the document is made of, as messages call them.
var kinds = map[string]string{
	"document": "the document's top", "info": "info", "license": "a license", "docs": "externalDocs", "server": "a server", "tag": "a tag",
	"path": "a path", "operation": "an operation", "parameter": "a parameter", "body": "a requestBody", "media": "a media type",
	"encoding": "an encoding", "response": "a response", "header": "a header", "example": "an example", "components": "components",
	"security": "a security scheme", "map": "a map of names", "codes": "x-slack-error-codes", "schema": "a schema", "property": "a property",
}

// sections are where in components each kind stands that a $ref can lead to.
var sections = map[string]string{
	"schema": "schemas", "property": "schemas", "response": "responses", "parameter": "parameters", "example": "examples",
	"body": "requestBodies", "header": "headers", "security": "securitySchemes",
}

// An object is what a kind is: its keys with what their values are, and those of
// them that have to be there.
type object struct {
	keys  map[string]string
	needs []string
}

// grammar returns OpenAPI 3.0 in short: which keys each kind has, and what their
// values are. [x] is a list of x and {x} a map of x; ! is after what has to be
// there. What this project does not use is any.
var grammar = sync.OnceValue(func() map[string]object {
	const headers = ` description:text required:bool deprecated:bool allowEmptyValue:bool style:text explode:bool allowReserved:bool
		schema:property example:any examples:{example} content:{media}`
	all := map[string]object{}
	for kind, text := range map[string]string{
		"document":   `openapi:version! info:info! externalDocs:docs servers:[server] security:[any] tags:[tag] paths:{path}! components:components!`,
		"info":       `title:text! version:text! description:text termsOfService:text contact:any license:license`,
		"license":    `name:text! url:text`,
		"docs":       `url:text! description:text`,
		"server":     `url:text! description:text variables:any`,
		"tag":        `name:text! description:text externalDocs:docs`,
		"components": `schemas:{schema}! responses:{response} parameters:{parameter} examples:{example} requestBodies:{body} headers:{header} securitySchemes:{security} links:any callbacks:any`,
		"security":   `type:text! description:text name:text in:text scheme:text bearerFormat:text flows:any openIdConnectUrl:text`,
		"path": `summary:text description:text servers:[server] parameters:[parameter] get:operation put:operation post:operation
			delete:operation options:operation head:operation patch:operation trace:operation`,
		"operation": `tags:[text] summary:text description:text externalDocs:docs operationId:text parameters:[parameter] requestBody:body
			responses:{response}! callbacks:any deprecated:bool security:[any] servers:[server]`,
		"parameter": `name:text! in:text!` + headers,
		"header":    headers,
		"body":      `description:text content:{media}! required:bool`,
		"media":     `schema:schema example:any examples:{example} encoding:{encoding}`,
		"encoding":  `contentType:text headers:{header} style:text explode:bool allowReserved:bool`,
		"response":  `description:text! headers:{header} content:{media} links:any`,
		"codes":     `common:{text} special:{text}`,
		"example":   `summary:text description:text value:any externalValue:text`,
		"schema": `title:text description:text type:type format:text nullable:bool deprecated:bool readOnly:bool writeOnly:bool
			properties:{property} required:[text] additionalProperties:schema|bool items:schema allOf:[schema] oneOf:[schema] anyOf:[schema] not:schema
			enum:[any] default:any example:any pattern:pattern multipleOf:number maximum:number minimum:number exclusiveMaximum:bool exclusiveMinimum:bool
			maxLength:count minLength:count maxItems:count minItems:count uniqueItems:bool maxProperties:count minProperties:count
			discriminator:any xml:any externalDocs:docs`,
	} {
		o := object{keys: map[string]string{}}
		for field := range strings.FieldsSeq(text) {
			key, value, _ := strings.Cut(field, ":")
			value, needed := strings.CutSuffix(value, "!")
			if o.keys[key] = value; needed {
				o.needs = append(o.needs, key)
			}
		}
		all[kind] = o
	}
	all["property"] = all["schema"]
	return all
})

// types are the types of OpenAPI.
var types = []string{"array", "boolean", "integer", "number", "object", "string"}

// wanted says what is wanted where it is more than the grammar knows.
var wanted = map[string]string{
	"docs.url":             "the link to Slack's reference",
	"operation.responses":  "the answers 200, 429 and default",
	"response.description": "a sentence on what the answer is",
	"parameter.in":         "query",
}
