# Runs a few scenarios for a moment: no faults, and a line of figures each.
execute_process(
  COMMAND ${PROGRAM} --seconds=0.3 fan1000 lat20k options
  RESULT_VARIABLE code
  OUTPUT_VARIABLE lines)
message("${lines}")
if(NOT code EQUAL 0)
  message(FATAL_ERROR "exit code: ${code}")
endif()
foreach(line "fan1000 +rows/s [0-9]+" "lat20k +rows/s [0-9]+.*p99_ms [0-9]"
        "options +us/row [0-9]")
  if(NOT lines MATCHES "${line}")
    message(FATAL_ERROR "missing: ${line}")
  endif()
endforeach()
