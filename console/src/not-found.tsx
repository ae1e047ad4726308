import { Link } from '@tanstack/react-router';

/** An address that the page does not know. */
export function NotFound() {
  return (
    <section>
      <h1>Page not found</h1>
      <p>
        This address does not exist. <Link to="/">Go to your connectors</Link>.
      </p>
    </section>
  );
}
