# SPDX-License-Identifier: GPL-2.0-or-later
# Does a value obey a JSON Schema? Prints a line for each fault. Of the keywords those that
# doc/*.schema.json use: type, const, enum, minimum, required, properties, additionalProperties false,
# items, $ref. Any other that is not a mere annotation is a fault, too.
#   jq -r --slurpfile schema doc/receipt.schema.json -f tests/schema.jq receipt.json
# A $ref into another file means --slurpfile receipt doc/receipt.schema.json.

def name: type as $type | if $type == "number" and . == floor then "integer" else $type end;

# '#/$defs/x' and 'receipt.schema.json#/properties/x'
def target($ref):
	($ref | split("#/")) as [$file, $path]
	| $ARGS.named[if $file == "" then "schema" else "receipt" end][0] | getpath($path / "/");

def faults($given; $path):
	. as $value
	| (if $given | has("$ref") then target($given["$ref"]) else $given end) as $schema
	| (($schema | keys_unsorted) - ["$schema", "$id", "title", "description", "type", "const", "enum",
		"minimum", "required", "properties", "additionalProperties", "items", "x-unit", "$defs"]
		| .[] | "\($path): keyword \(.) is not understood"),
	  (if $schema | has("type") then
		([$schema.type] | flatten | index($value | name)) as $found
		| select($found == null) | "\($path): \($value | name) is not \($schema.type)"
	  else empty end),
	  (if ($schema | has("const")) and $value != $schema.const then
		"\($path): not \($schema.const)" else empty end),
	  (if ($schema | has("enum")) and ($schema.enum | index([$value])) == null then
		"\($path): \($value) is none of \($schema.enum)" else empty end),
	  (if ($schema | has("minimum")) and ($value | type) == "number" and $value < $schema.minimum then
		"\($path): \($value) is below \($schema.minimum)" else empty end),
	  (if ($value | type) == "object" then
		($schema.properties // {}) as $properties
		| (($schema.required // []) - ($value | keys) | .[] | "\($path): \(.) is not there"),
		  ($value | keys_unsorted[] as $key
			| if $properties | has($key) then
				.[$key] | faults($properties[$key]; "\($path).\($key)")
			elif $schema.additionalProperties == false then
				"\($path): \($key) is not in the schema"
			else empty end)
	  elif ($value | type) == "array" and ($schema | has("items")) then
		range($value | length) as $i | $value[$i] | faults($schema.items; "\($path).\($i)")
	  else empty end);

faults($schema[0]; "receipt")
