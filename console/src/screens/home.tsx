import { Navigate, useNavigate } from '@tanstack/react-router';
import { rememberOrganisation, useOrganisations } from '../organisation';
import { Field } from '../ui/field';
import { GatewayForm } from '../ui/form';

/** Leads to the person's organisation, or asks for it where the identity provider names none. */
export function Home() {
  const { organisations, isPending } = useOrganisations();
  const navigate = useNavigate();
  const [first] = organisations;
  if (isPending) return <p className="quiet">Loading…</p>;
  if (first !== undefined)
    return <Navigate to="/o/$organisation/connectors" params={{ organisation: first.id }} replace />;
  return (
    <section className="narrow">
      <h1>Your organisation</h1>
      <GatewayForm
        submitLabel="Continue"
        send={async ({ organisation = '' }) => {
          rememberOrganisation(organisation);
          await navigate({ to: '/o/$organisation/connectors', params: { organisation } });
          return {};
        }}
      >
        {() => <Field name="organisation" label="Organisation id" isRequired hint="Your administrator knows it." />}
      </GatewayForm>
    </section>
  );
}
