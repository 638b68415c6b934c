"""What somebody may try, or what may go wrong around him: one file for each idea, and in each the
sentence that is shown.

    two approvers at once                       test_two_approvers_at_once.py
    self-approval through delegation,
      second post, or edit after review         test_self_approval.py
    post ended while a job is queued            test_post_ended_while_a_job_is_queued.py
    unit tree cycle                             test_unit_tree_cycle.py
    absent superior                             test_absent_superior.py
    deadline in the past or beyond 9999         test_deadline_in_the_past_or_beyond_9999.py
    a clock set back                            test_a_clock_set_back.py
    100 MB body, 10,001 fields,
      JSON nested 10,000 deep (memory flat)     test_too_much_at_once.py
    disk full                                   test_disk_full.py
    schedule stopped                            test_schedule_stopped.py

A crowd of fifty: tests/test_concurrency.py. Files made to harm: tests/test_hostile_files.py. Letters,
fields and addresses: tests/test_bad_input.py.
"""
