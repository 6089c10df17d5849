[
  (fields)
  (variants)
  (members)
  (parameters)
  (results)
  (list)
  (object)
  (block_comment)
] @fold
